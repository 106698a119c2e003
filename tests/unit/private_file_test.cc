#include "util/private_file.h"

#include <sys/stat.h>

#include <boost/test/unit_test.hpp>
#include <fstream>

#include "temporary_folder.h"

namespace castor {

BOOST_AUTO_TEST_SUITE(private_file)

BOOST_AUTO_TEST_CASE(a_file_is_created_once_and_for_its_owner_alone) {
  const TemporaryFolder folder;
  const std::string path = folder / "secret";
  const mode_t before = umask(0);
  BOOST_TEST(create_private_file(path, "one\n"));
  umask(before);
  BOOST_TEST(!create_private_file(path, "two\n"));

  struct stat status;
  BOOST_REQUIRE(stat(path.c_str(), &status) == 0);
  BOOST_TEST((status.st_mode & 0777) == 0600u);
  std::string line;
  std::getline(std::ifstream(path), line);
  BOOST_TEST(line == "one");
  BOOST_TEST(std::distance(std::filesystem::directory_iterator(folder.path()), {}) == 1);
}

BOOST_AUTO_TEST_CASE(a_missing_folder_is_named_with_the_remedy) {
  const TemporaryFolder folder;
  BOOST_CHECK_EXCEPTION(
      create_private_file(folder / "absent/secret", ""), std::runtime_error,
      [&](const std::runtime_error& error) {
        return std::string(error.what()).find("mkdir -m 700 " + folder.path() + "/absent") !=
               std::string::npos;
      });
}

BOOST_AUTO_TEST_CASE(the_folder_of_a_path) {
  BOOST_TEST(folder_of("/a/b/c") == "/a/b");
  BOOST_TEST(folder_of("/a") == "/");
  BOOST_TEST(folder_of("a") == ".");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace castor
