#pragma once

#include <span>
#include <string_view>

#include "sql/database.h"

namespace castor::sql {

// "cast": by it `file` and castor itself know the database.
inline constexpr int kApplicationId = 0x63617374;

// Brings a database to the newest schema: runs the migrations that it has not seen, in one
// transaction. Many processes may do so at once; the usual case takes no lock. Throws
// std::runtime_error for a database that is another program's, or a newer castor's.
void migrate(Database& database);

// The same with other migrations than those of sql/migrations.
void migrate(Database& database, std::span<const std::string_view> migrations);

}  // namespace castor::sql
