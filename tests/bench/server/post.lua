-- The same size of question as the chatbot gets, so that both read a body.
wrk.method = "POST"
wrk.headers["content-type"] = "application/json"
wrk.body = '{"message":"What is your refund policy?","session_id":"s-1234"}'
