#pragma once

#include <string_view>

// What a conversation is given where Gemini's order of turns demands words that nobody said
// (protocol-mapping D.7), for turn_repair.h and strict_turns.h.
namespace castor::gemini {

// The user, before a model that speaks first.
inline constexpr std::string_view kFirstTurn = "Continue.";
// The user, where nobody says anything.
inline constexpr std::string_view kOnlyTurn = "Please proceed.";
// The user, behind the model's last turn.
inline constexpr std::string_view kGoOn =
    "Continue exactly from where your previous message ended. Do not repeat any of it; output only "
    "the continuation.";
// A tool that was called and did not answer.
inline constexpr std::string_view kNoResult = "Tool call was interrupted; no result.";
// Before the words of a tool that nobody called: this, its name, this.
inline constexpr std::string_view kResultOfTool = "[Result of tool ";
inline constexpr std::string_view kResultOfToolEnd = "]\n";

}  // namespace castor::gemini
