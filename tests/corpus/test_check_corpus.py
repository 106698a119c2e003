"""The table of outcomes and its verdict."""

import unittest

from check_corpus import Table


class TableTest(unittest.TestCase):
    def test_is_good_without_faults_only(self):
        table = Table()
        self.assertFalse(table.good)
        table.add("requests", "a", "translated", [])
        self.assertTrue(table.good)
        table.add("requests", "b", "translated", ["text was lost"])
        self.assertFalse(table.good)
        self.assertEqual(table.outcomes["requests"], {"translated": 1, "INVALID": 1})

    def test_tells_when_everything_was_refused(self):
        table = Table()
        table.add("requests", "a", "refused: model: bad", [])
        table.add("replies", "a", "error", [])
        table.add("replies", "b", "end_turn", [])
        self.assertEqual(table.idle, ["requests"])


if __name__ == "__main__":
    unittest.main()
