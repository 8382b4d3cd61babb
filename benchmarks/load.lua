-- Asks LOAD_PATH again and again. "{n}" in it is another number each time, "{r}" a record's below LOAD_RECORDS.
local path, accept = os.getenv("LOAD_PATH"), os.getenv("LOAD_ACCEPT")
local n, records = tonumber(os.getenv("LOAD_START")), tonumber(os.getenv("LOAD_RECORDS"))

request = function()
  n = n + 1
  local asked = path:gsub("{n}", n):gsub("{r}", n * 7919 % records)
  return wrk.format("GET", asked, {["Accept"] = accept})
end

done = function(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    "RESULT %d %d %d %d %f\n", summary.requests, summary.duration, summary.bytes,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout, latency:percentile(99)))
end
