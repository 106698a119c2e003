#include "app/store_pool.h"

#include <boost/test/unit_test.hpp>
#include <memory>
#include <vector>

#include "temporary_folder.h"

namespace castor::app {
namespace {

struct Fixture {
  Config config() const {
    Config config;
    config.storage.database = folder / "castor.db";
    config.storage.busy_timeout_ms = 50;
    return config;
  }

  TemporaryFolder folder;
  SecretBox key_file = SecretBox::from_file_or_new(folder / "castor.key");
  Process process{config(), Manner::fcgid};
  StorePool pool{process};
};

bool is_overloaded(const ApiError& error) { return error.kind == ErrorKind::overloaded; }

}  // namespace

BOOST_FIXTURE_TEST_SUITE(store_pool, Fixture)

BOOST_AUTO_TEST_CASE(one_after_the_other_get_the_same_store) {
  Store* const first = pool.borrow().operator->();
  Store* const second = pool.borrow().operator->();
  BOOST_TEST(first == second);
}

BOOST_AUTO_TEST_CASE(a_store_that_is_lent_is_not_lent_again) {
  const StorePool::Loan first = pool.borrow();
  const StorePool::Loan second = pool.borrow();
  BOOST_TEST(first.operator->() != second.operator->());
}

BOOST_AUTO_TEST_CASE(when_all_are_lent_for_long_the_request_is_told_to_come_again) {
  std::vector<std::unique_ptr<StorePool::Loan>> loans;
  while (loans.size() < StorePool::kMostStores) {
    loans.emplace_back(new StorePool::Loan(pool.borrow()));
  }
  BOOST_CHECK_EXCEPTION(pool.borrow(), ApiError, is_overloaded);
  loans.pop_back();
  BOOST_CHECK_NO_THROW(pool.borrow());
}

BOOST_AUTO_TEST_CASE(another_key_file_than_the_one_its_secrets_were_sealed_with_is_an_error) {
  AdminStore(config().storage);
  BOOST_CHECK_NO_THROW(pool.borrow());
  Config other = config();
  other.storage.key_file = folder / "other.key";
  const SecretBox other_key = SecretBox::from_file_or_new(other.storage.key_file);
  const auto names_both = [&](const std::exception& error) {
    const std::string told = error.what();
    return told.find(other.storage.key_file) != std::string::npos &&
           told.find(other.storage.database) != std::string::npos;
  };
  BOOST_CHECK_EXCEPTION(AdminStore(other.storage), std::runtime_error, names_both);
  const Process process_of_other(other, Manner::fcgid);
  StorePool pool_of_other(process_of_other);
  BOOST_CHECK_EXCEPTION(pool_of_other.borrow(), ApiError, [](const ApiError& error) {
    return error.kind == ErrorKind::no_usable_key;
  });
}

BOOST_AUTO_TEST_CASE(a_database_that_cannot_be_opened_is_tried_again_each_time) {
  Config broken = config();
  broken.storage.database = folder / "not/there.db";
  broken.storage.key_file = folder / "castor.key";
  const Process other(broken, Manner::fcgid);
  StorePool closed(other);
  for (std::size_t i = 0; i <= StorePool::kMostStores; ++i) {
    BOOST_CHECK_EXCEPTION(closed.borrow(), ApiError, [](const ApiError& error) {
      return error.kind == ErrorKind::no_usable_key;
    });
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace castor::app
