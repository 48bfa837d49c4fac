/* The source annotations of driver code, which mean nothing to these compilers.
 *
 * Covers: the names that pool-using drivers write on parameters, results, IRQL and driver callbacks; each
 * expands to nothing. Does not cover: checking any of them (that is a source checker's work, contract facts
 * 13). */
#ifndef POOLPROOF_DDI_SAL_H
#define POOLPROOF_DDI_SAL_H

/* Without arguments. */
#define _Check_return_
#define _Const_
#define _Deref_out_
#define _Enum_is_bitflag_
#define _IRQL_requires_same_
#define _IRQL_restores_
#define _IRQL_saves_
#define _In_
#define _In_opt_
#define _In_opt_z_
#define _In_z_
#define _Inout_
#define _Inout_opt_
#define _Inout_z_
#define _Interlocked_operand_
#define _Literal_
#define _Maybenull_
#define _Must_inspect_result_
#define _Notnull_
#define _Null_
#define _Null_terminated_
#define _Out_
#define _Out_opt_
#define _Outptr_
#define _Outptr_opt_
#define _Outptr_opt_result_maybenull_
#define _Outptr_result_maybenull_
#define _Outptr_result_nullonfailure_
#define _Post_invalid_
#define _Post_maybenull_
#define _Post_notnull_
#define _Post_ptr_invalid_
#define _Post_valid_
#define _Post_writable_
#define _Post_z_
#define _Pre_maybenull_
#define _Pre_notnull_
#define _Pre_null_
#define _Pre_valid_
#define _Printf_format_string_
#define _Reserved_
#define _Ret_maybenull_
#define _Ret_notnull_
#define _Ret_null_
#define _Ret_z_
#define _Use_decl_annotations_
#define __drv_aliasesMem
#define __drv_inTry
#define __drv_notInTry
#define __drv_sameIRQL

/* With arguments. */
#define _Acquires_lock_(x)
#define _Always_(x)
#define _Analysis_assume_(x)
#define _At_(x, y)
#define _At_buffer_(x, i, n, y)
#define _Dispatch_type_(x)
#define _Field_range_(lo, hi)
#define _Field_size_(x)
#define _Field_size_bytes_(x)
#define _Field_size_bytes_opt_(x)
#define _Field_size_bytes_part_(x, y)
#define _Field_size_opt_(x)
#define _Field_size_part_(x, y)
#define _Function_class_(x)
#define _Group_(x)
#define _Guarded_by_(x)
#define _Has_lock_kind_(x)
#define _IRQL_always_function_max_(x)
#define _IRQL_always_function_min_(x)
#define _IRQL_raises_(x)
#define _IRQL_requires_(x)
#define _IRQL_requires_max_(x)
#define _IRQL_requires_min_(x)
#define _IRQL_restores_global_(kind, x)
#define _IRQL_saves_global_(kind, x)
#define _In_range_(lo, hi)
#define _In_reads_(x)
#define _In_reads_bytes_(x)
#define _In_reads_bytes_opt_(x)
#define _In_reads_opt_(x)
#define _Inout_updates_(x)
#define _Inout_updates_bytes_(x)
#define _Inout_updates_bytes_opt_(x)
#define _Inout_updates_opt_(x)
#define _Kernel_acquires_resource_(x)
#define _Kernel_releases_resource_(x)
#define _Kernel_requires_resource_held_(x)
#define _On_failure_(x)
#define _Out_range_(lo, hi)
#define _Out_writes_(x)
#define _Out_writes_all_(x)
#define _Out_writes_bytes_(x)
#define _Out_writes_bytes_all_(x)
#define _Out_writes_bytes_opt_(x)
#define _Out_writes_bytes_to_(x, y)
#define _Out_writes_opt_(x)
#define _Out_writes_to_(x, y)
#define _Out_writes_z_(x)
#define _Outptr_result_buffer_(x)
#define _Outptr_result_bytebuffer_(x)
#define _Post_equal_to_(x)
#define _Post_readable_byte_size_(x)
#define _Post_readable_size_(x)
#define _Post_satisfies_(x)
#define _Post_writable_byte_size_(x)
#define _Post_writable_size_(x)
#define _Pre_satisfies_(x)
#define _Readable_bytes_(x)
#define _Releases_lock_(x)
#define _Requires_lock_held_(x)
#define _Requires_lock_not_held_(x)
#define _Ret_range_(lo, hi)
#define _Ret_writes_(x)
#define _Ret_writes_bytes_(x)
#define _Ret_writes_bytes_maybenull_(x)
#define _Ret_writes_maybenull_(x)
#define _Return_type_success_(x)
#define _Struct_size_bytes_(x)
#define _Success_(x)
#define _When_(x, y)
#define _Writable_bytes_(x)
#define __drv_allocatesMem(x)
#define __drv_at(x, y)
#define __drv_freesMem(x)
#define __drv_functionClass(x)
#define __drv_maxFunctionIRQL(x)
#define __drv_maxIRQL(x)
#define __drv_minIRQL(x)
#define __drv_preferredFunction(x, why)
#define __drv_reportError(x)
#define __drv_requiresIRQL(x)
#define __drv_strictType(x, mode)
#define __drv_strictTypeMatch(x)
#define __drv_when(x, y)

#endif
