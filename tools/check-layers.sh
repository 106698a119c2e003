#!/bin/sh
# Includes only point down the layers of tools/layers. Prints each that does not.
cd "$(dirname "$0")/.." || exit 2
grep -HnE '^#include "[a-z]+/' include/*/*.h src/*/*.cc | awk -F: '
  BEGIN {
    while ((getline line < "tools/layers") > 0) {
      if (line ~ /^#/) continue
      level++
      count = split(line, names, " ")
      for (i = 1; i <= count; i++) rank[names[i]] = level
    }
  }
  {
    split($1, path, "/"); from = path[2]
    split($3, quoted, "\""); split(quoted[2], target, "/"); to = target[1]
    if (!(from in rank)) { print $1 ": folder " from " is not in tools/layers"; bad = 1; next }
    if (to in rank && from != to && rank[to] >= rank[from]) {
      print $1 ":" $2 ": " from " may not include " quoted[2]; bad = 1
    }
  }
  END { exit bad }'
