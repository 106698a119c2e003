import http.client
import json
import socket
import time
import unittest

import faults
import plans
from support import ServerTest, ask, user

WORDS = [{"text": "one two three four five six seven eight nine"}]


class Keys(ServerTest):
    def status(self, key, **more):
        return self.generate(ask(), key=key, **more).status

    def test_statuses(self):
        expected = {
            "invalid": 400,
            "expired": 400,
            "location": 400,
            "billing": 400,
            "401": 401,
            "402": 402,
            "leaked": 403,
            "suspended": 403,
            "denied": 403,
            "service-disabled": 403,
            "blocked-referrer": 403,
            "403": 403,
            "404": 404,
            "413": 413,
            "429-minute": 429,
            "429-day": 429,
            "429-limit0": 429,
            "429-plain": 429,
            "429-spend": 429,
            "429-tokens": 429,
            "429-help": 429,
            "499": 499,
            "500": 500,
            "502": 502,
            "503": 503,
            "504": 504,
            "ok": 200,
        }
        self.assertEqual({name: self.status("fake-%s.label" % name) for name in expected}, expected)
        self.assertEqual(self.control("violations")["violations"], [])

    def test_429_has_googles_three_details(self):
        error = self.stream(ask(), key="fake-429-minute").json()["error"]
        kinds = [detail["@type"].rsplit(".", 1)[1] for detail in error["details"]]
        self.assertEqual(kinds, ["Help", "QuotaFailure", "RetryInfo"])
        violation = error["details"][1]["violations"][0]
        self.assertEqual(
            sorted(violation), ["quotaDimensions", "quotaId", "quotaMetric", "quotaValue"]
        )
        self.assertIn("PerMinute", violation["quotaId"])
        self.assertEqual(violation["quotaDimensions"]["model"], "gemini-3.8-flash")
        self.assertEqual(error["details"][2]["retryDelay"], "34s")
        self.assertTrue(error["message"].endswith("Please retry in 34.400291817s."))
        day = self.stream(ask(), key="fake-429-day").json()["error"]["details"][1]["violations"][0]
        self.assertIn("PerDay", day["quotaId"])
        none = self.stream(ask(), key="fake-429-limit0").json()["error"]
        self.assertEqual(none["details"][1]["violations"][0]["quotaValue"], "0")
        self.assertIn("limit: 0", none["message"])
        self.assertNotIn("details", self.stream(ask(), key="fake-429-plain").json()["error"])

    def test_K3_a_suspended_key_is_printed_in_the_error(self):
        error = self.generate(ask(), key="fake-suspended.abcdef").json()["error"]
        self.assertEqual(
            error["message"],
            "Permission denied: Consumer 'api_key:fake-suspended.abcdef' has been suspended.",
        )
        self.assertEqual(error["details"][0]["reason"], "CONSUMER_SUSPENDED")

    def test_reasons(self):
        for name, reason in (
            ("invalid", "API_KEY_INVALID"),
            ("expired", "API_KEY_INVALID"),
            ("service-disabled", "SERVICE_DISABLED"),
            ("blocked-referrer", "API_KEY_HTTP_REFERRER_BLOCKED"),
        ):
            error = self.generate(ask(), key="fake-" + name).json()["error"]
            self.assertEqual(error["details"][0]["reason"], reason)

    def test_once(self):
        self.assertEqual([self.status("fake-503-once.x") for _ in range(3)], [503, 200, 200])
        self.assertEqual(self.status("fake-503-once.y"), 503)

    def test_from_the_nth_request_on(self):
        self.assertEqual(
            [self.status("fake-429-day-after-3.x") for _ in range(4)], [200, 200, 429, 429]
        )

    def test_only_a_bad_key_fails_a_model_list(self):
        self.assertEqual(self.request("GET", "/v1beta/models", key="fake-429-day").status, 200)
        self.assertEqual(self.request("GET", "/v1beta/models", key="fake-invalid").status, 400)

    def test_an_unknown_behaviour_is_a_loud_mistake(self):
        self.assertIn(
            "no behaviour is named",
            self.generate(ask(), key="fake-nonsense").json()["error"]["message"],
        )


class Streams(ServerTest):
    def body(self, **step):
        return ask(user(plans.encode([{"parts": WORDS, **step}])))

    def last(self):
        for _ in range(100):
            record = self.records()[-1]
            if record["outcome"] != "open":
                return record
            time.sleep(0.02)
        self.fail("the request is still open")

    def test_cut_after_some_chunks(self):
        with self.assertRaises(http.client.IncompleteRead) as caught:
            self.stream(self.body(fault="cut", after_chunks=2))
        self.assertEqual(caught.exception.partial.count(b"\r\n\r\n"), 2)
        self.assertEqual(self.last()["outcome"], "broken")

    def test_cut_within_a_chunk(self):
        with self.assertRaises(http.client.IncompleteRead) as caught:
            self.stream(self.body(fault="cut", after_chunks=1, mid_chunk=True))
        self.assertFalse(caught.exception.partial.endswith(b"\r\n"))

    def test_a_clean_end_without_a_finish_reason(self):
        events = self.stream(self.body(fault="cut", after_chunks=2, clean=True)).events()
        self.assertEqual(len(events), 2)
        self.assertNotIn("finishReason", events[-1]["candidates"][0])

    def test_an_error_object_in_mid_stream(self):
        events = self.stream(self.body(fault="error-chunk", after_chunks=1, like="503")).events()
        self.assertEqual([list(event)[0] for event in events], ["candidates", "error"])
        self.assertEqual(events[1]["error"]["status"], "UNAVAILABLE")

    def test_one_byte_at_a_time_is_the_same_stream(self):
        whole, bytewise = self.stream(self.body()), self.stream(self.body(fault="one-byte"))
        self.assertEqual(
            [e["candidates"][0]["content"]["parts"][0]["text"] for e in whole.events()],
            [e["candidates"][0]["content"]["parts"][0]["text"] for e in bytewise.events()],
        )

    def test_reset_and_close_before_the_head(self):
        with self.assertRaises(ConnectionResetError):
            self.stream(self.body(fault="reset", after_chunks=0))
        with self.assertRaises(http.client.RemoteDisconnected):
            self.stream(self.body(fault="close"))

    def test_reset_in_mid_stream(self):
        with self.assertRaises((ConnectionResetError, http.client.IncompleteRead)):
            self.stream(self.body(fault="reset", after_chunks=1))

    def test_slow_first_byte(self):
        started = time.monotonic()
        self.assertEqual(self.stream(self.body(fault="slow", seconds=0.3)).status, 200)
        self.assertGreater(time.monotonic() - started, 0.3)
        self.assertGreater(self.last()["head_after"], 0.3)

    def test_answers_that_are_none(self):
        empty = self.stream(self.body(fault="empty")).events()
        self.assertEqual(
            empty[0]["candidates"],
            [{"content": {"role": "model"}, "finishReason": "STOP", "index": 0}],
        )
        bad = self.stream(self.body(fault="malformed")).events()[0]["candidates"][0]
        self.assertEqual(bad["finishReason"], "MALFORMED_FUNCTION_CALL")
        self.assertTrue(bad["finishMessage"].startswith("Malformed function call"))
        blocked = self.stream(self.body(fault="blocked", reason="SAFETY")).events()
        self.assertEqual(
            (blocked[0]["promptFeedback"], "candidates" in blocked[0]),
            ({"blockReason": "SAFETY"}, False),
        )

    def test_another_finish_reason_after_some_text(self):
        events = self.stream(
            self.body(fault="finish", reason="RECITATION", after_chunks=1, message="a poem")
        ).events()
        last = events[-1]["candidates"][0]
        self.assertEqual(
            (len(events), last["finishReason"], last["finishMessage"]), (2, "RECITATION", "a poem")
        )

    def test_an_http_error_by_plan(self):
        reply = self.stream(self.body(fault="error", like="429-day"))
        self.assertEqual((reply.status, reply.headers["Content-Type"]), (429, "text/event-stream"))
        self.assertEqual(self.stream(self.body(fault="too-long")).status, 400)
        self.assertIn(
            "no fault is named", self.stream(self.body(fault="nonsense")).json()["error"]["message"]
        )

    def test_a_fault_for_a_number_of_times(self):
        body = self.body(fault="error", like="500", times=2)
        self.assertEqual([self.stream(body).status for _ in range(4)], [500, 500, 200, 200])

    def test_a_fault_on_the_model_name(self):
        self.assertEqual(self.stream(ask(), model="gemini-3.8-flash-fake-503").status, 503)
        with self.assertRaises(http.client.IncompleteRead):
            self.stream(ask(), model="gemini-3.8-flash-fake-cut")

    def test_answers_in_one_piece_can_be_cut(self):
        with self.assertRaises(http.client.IncompleteRead):
            self.generate(self.body(fault="cut"))


class ClientLeaves(ServerTest):
    def leave_after(self, seconds, body):
        """Sends the request, closes after `seconds`; the record, once the fake has noticed."""
        data = json.dumps(body).encode()
        head = (
            "POST /v1beta/models/gemini-3.8-flash:streamGenerateContent?alt=sse HTTP/1.1\r\nHost:"
            " x\r\nx-goog-api-key: fake-ok.x\r\nContent-Length: %d\r\n\r\n" % len(data)
        )
        with socket.create_connection(("127.0.0.1", self.server.server_port)) as client:
            client.sendall(head.encode() + data)
            time.sleep(seconds)
        for _ in range(100):
            records = self.records()
            if records and records[0]["outcome"] != "open":
                return records[0]
            time.sleep(0.01)
        self.fail("the fake did not notice")

    def test_while_stalling_it_is_noticed_at_once(self):
        record = self.leave_after(
            0.3, ask(user(plans.encode([{"parts": WORDS, "fault": "stall", "after_chunks": 1}])))
        )
        self.assertEqual((record["outcome"], record["chunks"]), ("client-closed", 1))
        self.assertLess(record["client_closed_after"], 0.5)
        self.assertGreater(record["client_closed_after"], 0.25)

    def test_before_the_head(self):
        record = self.leave_after(0.2, ask(user(plans.encode([{"fault": "slow", "seconds": 30}]))))
        self.assertEqual((record["outcome"], record["status"]), ("client-closed", None))

    def test_between_chunks(self):
        record = self.leave_after(
            0.2, ask(user(plans.encode({"steps": [WORDS], "delay_ms": 10000})))
        )
        self.assertEqual(record["outcome"], "client-closed")


class Names(unittest.TestCase):
    def test_every_name_makes_an_error(self):
        for name in list(faults.KEY_ERRORS) + list(faults.REQUEST_ERRORS):
            error = faults.error_named(name, "gemini-3.8-flash", "some-key")
            self.assertGreaterEqual(error.code, 400)
            self.assertNotIn(b"%(", error.body())


if __name__ == "__main__":
    unittest.main()
