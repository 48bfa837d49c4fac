/* A trace as a driver's C code: what the reproducers that `poolproof triage` writes are made of.
 *
 * Covers: the documented routines, played on a subject and judged call by call, and what the trace needs
 * beside them (blocks by name, lists and handles, IRQL, processes, budgets, Driver Verifier, queries). Does
 * not cover: threads; drivers that go on in a handler after a raise.
 *
 *     #include <ntifs.h>
 *     #include <poolproof/reproducer.h>      (last: it redirects the routines to the subject)
 *
 *     int main(void) {
 *         reproducer_begin("faulty:wrong-tag-accepted", "pool_trace_fuzzer", 64);
 *         KEEP(0, ExAllocatePoolWithTag(NonPagedPoolNx, 100, TAG("Fred")));
 *         ExFreePoolWithTag(BLOCK(0), TAG("plus"));
 *         return reproducer_verdict("EFPT-02");
 *     }
 *
 * A call that raises or ends in a bug check is judged like any other; it returns NULL or 0 and the program
 * goes on, on the machine as the call has left it. After the first violation nothing is called any more: the
 * routines return NULL or 0. One thread, one machine. The environment variable POOLPROOF_SUBJECT names
 * another subject; POOLPROOF_REPRODUCER_TRACE a file that gets the program's ops as a text trace, so that a
 * reproducer that was edited can be replayed. Link with libpoolproof_reproducer.so, and with nothing else of
 * poolproof. */
#ifndef POOLPROOF_REPRODUCER_H
#define POOLPROOF_REPRODUCER_H

#include <ddi/fltkernel.h>
#include <ddi/ntifs.h>
#include <ddi/winddi.h>

DDI_EXTERN_C_START

/* A clean machine of a subject (reference, faulty:NAME), set up as for a fuzz target; `bits` 32 or 64. Ends
 * the program with exit code 2 for an unknown one. */
void reproducer_begin(const char* subject, const char* target, int bits);

/* Says what was found. 0 when the clause was violated; 1 when it was not. */
int reproducer_verdict(const char* clause);

/* ---- Blocks: 256 variables of the driver, by number. */

/* Keeps what the allocation returns in a variable, and is its value. */
#define KEEP(slot, allocation) (reproducer_keep(slot), (allocation))
/* Its value, and an address that many bytes behind it: for a call in whose arguments it stands. */
#define BLOCK(slot) reproducer_block((slot), 0)
#define BLOCK_AT(slot, offset) reproducer_block((slot), (offset))
/* Addresses that no allocator returned, one in each half of the address space. */
#define USER_ADDRESS reproducer_foreign_address(0)
#define SYSTEM_ADDRESS reproducer_foreign_address(1)

void reproducer_keep(int slot);
PVOID reproducer_block(int slot, LONG offset);
PVOID reproducer_foreign_address(int in_system_half);

/* The processor itself reads bytes, or flips the bits of a mask in each. */
void read_block(int slot, LONG offset, ULONG length);
void write_block(int slot, LONG offset, ULONG length, UCHAR mask);

/* ---- Arguments. */

/* 'Fred', without a compiler's warning. */
#define TAG(letters) reproducer_tag(letters)
ULONG reproducer_tag(const char* letters);

/* The driver's objects, 0 to 3 of each: what the routines take, not to be looked into. */
#define NPAGED_LIST(index) ((PNPAGED_LOOKASIDE_LIST)reproducer_object(0, (index)))
#define PAGED_LIST(index) ((PPAGED_LOOKASIDE_LIST)reproducer_object(1, (index)))
#define LIST_EX(index) ((PLOOKASIDE_LIST_EX)reproducer_object(2, (index)))
#define INSTANCE(index) ((PFLT_INSTANCE)reproducer_object(3, (index)))
#define SURFACE(process) ((PDD_SURFACE_LOCAL)reproducer_object(4, (process)))
#define PROCESS(index) ((PEPROCESS)reproducer_object(5, (index)))
/* The handle of a private pool, and where ExCreatePool puts it. */
#define POOL(index) ((HANDLE)reproducer_object(6, (index)))
#define POOL_HANDLE(index) ((PHANDLE)reproducer_object(6, (index)))
/* What the last EngSecureMem of a block gave. */
#define SECURED(slot) ((HANDLE)reproducer_block((slot), 0))
PVOID reproducer_object(int kind, int index);

/* What ExSecurePoolUpdate copies from. */
extern UCHAR bytes_to_write[8192];

/* Routines of the driver's own for a lookaside list: they allocate and free pool. */
ALLOCATE_FUNCTION own_allocate;
FREE_FUNCTION own_free;
ALLOCATE_FUNCTION_EX own_allocate_ex;
FREE_FUNCTION_EX own_free_ex;

/* Extended parameters. */
POOL_EXTENDED_PARAMETER priority_entry(ULONG priority);
POOL_EXTENDED_PARAMETER node_entry(ULONG node);
POOL_EXTENDED_PARAMETER secure_entry(HANDLE pool, ULONG_PTR cookie);
POOL_EXTENDED_PARAMETER other_entry(ULONG type, ULONG value);
POOL_EXTENDED_PARAMETER any_node_entry(POOL_EXTENDED_PARAMETER entry);
POOL_EXTENDED_PARAMETER optional_entry(POOL_EXTENDED_PARAMETER entry);

/* ---- The machine, and what is asked of it. The numbers are those of a trace (trace/text.hpp). */

enum { nonpaged, paged };
enum { special_pool_off, special_pool_verifier, special_pool_by_tag };
enum { verify_end, verify_start };

void machine_irql(int level);
void machine_processor(int index); /* goes on here */
void machine_process(int index);   /* the processor attaches to it */
void machine_budget(int node, int pool, ULONG64 pages);
void machine_fail_nth(ULONG64 allocation); /* that one from here fails; 0: none */
void machine_special_pool(int mode, int side, ULONG tag);
void machine_verifier(int on, ULONG flags); /* Driver Verifier's flags */
void machine_quota(int process, int pool, ULONG64 bytes);
void machine_driver(int index);
void machine_unload(int driver, int begins);
void machine_low_resources(ULONG64 failures_in_10000, ULONG tag);
void machine_clock(ULONG64 seconds);
void machine_dpc(int on);
void machine_idle(int on, int process);

void query_tag(int pool, ULONG tag);
void query_event(int high, int pool);
void query_quota(int process, int pool);
void query_driver(int driver, int pool);
void query_verifier(void);

DDI_EXTERN_C_END

/* The documented routines by names of their own, with their documented types. */
#include "reproducer_routines.h"

#endif
