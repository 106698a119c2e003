// Boost.Test is header-only here: this file compiles it, once. Tests are in the other files.
#define BOOST_TEST_MODULE castor
#include <boost/test/included/unit_test.hpp>
