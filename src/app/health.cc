#include "app/exchange.h"
#include "app/handlers.h"
#include "app/worker.h"

namespace castor::app {

// For load balancers and for people: can this gateway serve? Says nothing that a stranger may not
// know.
void health(Exchange& exchange) {
  std::string_view problem;
  try {
    if (!exchange.worker.store()->keys.any_enabled()) {
      problem = "no enabled upstream key; add one with: castor keys add";
    }
  } catch (const ApiError&) {
    problem = "the database cannot be opened";
  } catch (const sql::Error&) {
    problem = "the database cannot be read";
  }
  json::object body{{"status", problem.empty() ? "healthy" : "degraded"},
                    {"version", CASTOR_VERSION}};
  if (!problem.empty()) body["problem"] = problem;
  exchange.send(problem.empty() ? 200 : 503, "application/json", json::serialize(body));
}

}  // namespace castor::app
