# Writes style.css, page.html and SCRIPTS, a list, of the folder FROM as string constants named after PREFIX into the C++
# source TO.

set(script "")
foreach(file IN LISTS SCRIPTS)
  file(READ "${FROM}/${file}" text)
  string(APPEND script "${text}")
endforeach()
file(READ "${FROM}/page.html" template)
file(READ "${FROM}/style.css" style)
set(source "// Made by the build from ${FROM}.\n#include <string_view>\n\nnamespace poolproof {\n")
foreach(part template style script)
  set(name "${PREFIX}_${part}")
  string(APPEND source "extern const std::string_view ${name};\nconst std::string_view ${name} = R\"page(${${part}})page\";\n")
endforeach()
string(APPEND source "} // namespace poolproof\n")
file(WRITE "${TO}" "${source}")
