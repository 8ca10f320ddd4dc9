-- Questions of many customers, each a few times: five thousand sessions, ten questions, one after the other.
local questions = {
  "What is your refund policy?", "How long does shipping take?", "When are you open?", "Do you ship to Canada?",
  "How do I reset my password?", "How long is the warranty?", "How do I cancel my order?",
  "Which payment methods do you accept?", "How do I track a parcel?", "How do I delete my account?"
}
local requests, at = {}, 0
local session = tostring(os.getenv("SESSIONS") or "s")

function init()
  for n = 1, 5000 do
    local body = string.format('{"message":"%s","session_id":"%s-%d"}', questions[n % #questions + 1], session, n)
    requests[n] = wrk.format("POST", "/api/chatbot", {
      ["content-type"] = "application/json", ["x-forwarded-for"] = "203.0.113." .. (n % 250)
    }, body)
  end
end

function request()
  at = at % #requests + 1
  return requests[at]
end
