#include "openai/model_list.h"

#include <chrono>

#include "openai/request_fields.h"
#include "util/text.h"

namespace castor::openai {
namespace {

// "2026-11-20", midnight UTC.
std::int64_t unix_seconds(std::string_view date) {
  const auto number = [&](std::size_t from, std::size_t count) {
    return static_cast<int>(parse_integer(date.substr(from, count)).value_or(0));
  };
  if (date.size() != 10) return 0;
  using namespace std::chrono;
  const year_month_day day(year(number(0, 4)), month(static_cast<unsigned>(number(5, 2))),
                           std::chrono::day(static_cast<unsigned>(number(8, 2))));
  return duration_cast<seconds>(sys_days(day).time_since_epoch()).count();
}

json::object info(const gemini::ListedModel& listed) {
  json::value shutdown_date;
  if (!listed.model.retires.empty()) shutdown_date = listed.model.retires;
  return {{"id", listed.id},
          {"object", "model"},
          {"created", unix_seconds(listed.model.released)},
          {"owned_by", "google"},
          {"shutdown_date", shutdown_date}};
}

}  // namespace

json::object model_list(const gemini::ModelList& list) {
  json::array data;
  for (const gemini::ListedModel& listed : list.all()) data.push_back(info(listed));
  return {{"object", "list"}, {"data", std::move(data)}};
}

json::object model_info(const gemini::ModelList& list, std::string_view id) {
  const auto listed = list.find(id);
  if (!listed) throw unknown_model(id);
  return info(*listed);
}

}  // namespace castor::openai
