#include "domain/resource_owners.h"

#include "sql/text.h"

namespace castor {
namespace {

constexpr auto kSeldom = sql::Statement::Keep::for_one_run;

}  // namespace

ResourceOwners::ResourceOwners(sql::Database& database, Clock clock)
    : clock_(clock),
      find_(database, sql::text::find_resource, kSeldom),
      put_(database, sql::text::put_resource, kSeldom),
      drop_(database, sql::text::drop_resource, kSeldom),
      purge_(database, sql::text::purge_resources, kSeldom),
      list_keys_(database, sql::text::list_resource_keys, kSeldom),
      share_project_(database, sql::text::share_project, kSeldom) {}

std::optional<ResourceOwners::Owner> ResourceOwners::find(std::string_view name) {
  sql::Rows rows = find_(name, clock_.now_ms());
  if (!rows.next()) return std::nullopt;
  Owner owner{.key_id = rows.integer(0)};
  if (!rows.is_null(1)) owner.client_id = rows.integer(1);
  return owner;
}

void ResourceOwners::put(std::string_view name, const Owner& owner, std::int64_t keep_ms) {
  const std::int64_t now_ms = clock_.now_ms();
  purge_.run(now_ms);
  put_.run(name, owner.key_id, owner.client_id, now_ms, now_ms + keep_ms);
}

void ResourceOwners::drop(std::string_view name) { drop_.run(name); }

bool ResourceOwners::share_project(std::int64_t key_id, std::int64_t other) {
  return share_project_(key_id, other).next();
}

std::vector<std::int64_t> ResourceOwners::keys_of(std::optional<std::int64_t> client_id,
                                                  std::string_view kind) {
  std::string end(kind);
  ++end.back();
  std::vector<std::int64_t> keys;
  for (sql::Rows rows = list_keys_(client_id, kind, end, clock_.now_ms()); rows.next();) {
    keys.push_back(rows.integer(0));
  }
  return keys;
}

}  // namespace castor
