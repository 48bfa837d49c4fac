# Writes page.html, style.css and page.js of the folder FROM as string constants into the C++ source TO.

set(source "// Made by the build from ${FROM}.\n#include <string_view>\n\nnamespace poolproof {\n")
foreach(pair "page_template:page.html" "page_style:style.css" "page_script:page.js")
  string(REPLACE ":" ";" pair "${pair}")
  list(GET pair 0 name)
  list(GET pair 1 file)
  file(READ "${FROM}/${file}" text)
  string(APPEND source "extern const std::string_view ${name};\nconst std::string_view ${name} = R\"page(${text})page\";\n")
endforeach()
string(APPEND source "} // namespace poolproof\n")
file(WRITE "${TO}" "${source}")
