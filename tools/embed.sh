#!/bin/sh
# embed.sh NAMESPACE FILE...: prints a C++ header that holds each file as an
# inline constexpr string, named after the file without folder and ending.
# Migrations keep their order in a table of their own.
namespace=$1
shift
echo '#pragma once'
echo '#include <array>'
echo '#include <string_view>'
echo "namespace $namespace {"
migrations=
for file in "$@"; do
  name=$(basename "$file" | sed 's/\.[a-z]*$//; s/[^A-Za-z0-9]/_/g')
  case $name in [0-9]*) name=migration_$name migrations="$migrations${migrations:+, }$name" ;; esac
  # A string literal may hold 64 KiB by the standard; pieces of 8,000 characters stay far below.
  printf 'inline constexpr std::string_view %s =\n' "$name"
  LC_ALL=C.UTF-8 awk '
    { text = text $0 "\n" }
    END { for (i = 1; i <= length(text); i += 8000) printf "R\"sql(%s)sql\"\n", substr(text, i, 8000) }' "$file"
  echo ';'
done
if [ -n "$migrations" ]; then
  printf 'inline constexpr std::array kMigrations = {%s};\n' "$migrations"
fi
echo '}'
