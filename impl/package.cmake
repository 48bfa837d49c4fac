# What `cmake --install` puts into a prefix, and how other projects find it there.
#
# Covers: the library, the headers, the targets poolproof::poolproof and poolproof::driver, which this tree has too.
# Does not cover: the command, the properties and the fuzz targets; they stay in the tree.
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

set_target_properties(poolproof_impl PROPERTIES EXPORT_NAME poolproof ARCHIVE_OUTPUT_NAME poolproof)
target_compile_features(poolproof_impl INTERFACE cxx_std_20)
target_include_directories(poolproof_impl INTERFACE $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
# Who links a library with sanitizers in it needs their runtime.
if(POOLPROOF_LIB_FUZZING_ENGINE STREQUAL "" AND NOT POOLPROOF_SANITIZER STREQUAL "")
  target_link_options(poolproof_impl INTERFACE $<INSTALL_INTERFACE:-fsanitize=${POOLPROOF_SANITIZER}>)
endif()
add_library(poolproof::poolproof ALIAS poolproof_impl)

# For driver sources: plain <wdm.h>, raises through C frames, L"" of 16 bits, tags of several characters, the pragmas of
# another compiler. Only for them: 16 bits are not what the C++ library takes a wchar_t for.
add_library(poolproof_driver INTERFACE)
set_target_properties(poolproof_driver PROPERTIES EXPORT_NAME driver)
target_include_directories(poolproof_driver INTERFACE
                           $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/impl/include/ddi>
                           $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/ddi>)
target_compile_options(poolproof_driver INTERFACE $<$<COMPILE_LANGUAGE:C>:-fexceptions> -fshort-wchar -Wno-multichar
                                                  -Wno-unknown-pragmas)
target_link_libraries(poolproof_driver INTERFACE poolproof_impl)
add_library(poolproof::driver ALIAS poolproof_driver)

set(package_folder "${CMAKE_INSTALL_LIBDIR}/cmake/poolproof")
install(TARGETS poolproof_impl poolproof_driver EXPORT poolproof-targets ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}")
install(DIRECTORY impl/include/ DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}" FILES_MATCHING PATTERN "*.h")
install(FILES props/include/poolproof/subject.h DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/poolproof") # for plugins
install(EXPORT poolproof-targets NAMESPACE poolproof:: DESTINATION "${package_folder}")
configure_package_config_file(impl/poolproof-config.cmake.in "${PROJECT_BINARY_DIR}/poolproof-config.cmake"
                              INSTALL_DESTINATION "${package_folder}")
write_basic_package_version_file("${PROJECT_BINARY_DIR}/poolproof-config-version.cmake"
                                 COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/poolproof-config.cmake" "${PROJECT_BINARY_DIR}/poolproof-config-version.cmake"
        DESTINATION "${package_folder}")
