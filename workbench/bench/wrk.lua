-- Asks a proxy for one URL, in absolute form, again and again; prints what it measured as JSON.
-- wrk … -- URL AUTHORITY close|keep-alive

local message

function init(args)
   wrk.headers["Host"] = args[2]
   wrk.headers["Connection"] = args[3] == "close" and "close" or nil
   message = wrk.format("GET", args[1])
end

function request()
   return message
end

function done(summary, latency)
   local errors = summary.errors
   -- Not errors.read: an end of the stream between two answers is one, and is allowed.
   local failed = errors.connect + errors.status + errors.timeout
   io.write(string.format(
      '\n{"requests": %d, "failed": %d, "seconds": %.6f, "p50_us": %d, "p99_us": %d}\n',
      summary.requests, failed, summary.duration / 1e6,
      latency:percentile(50), latency:percentile(99)))
end
