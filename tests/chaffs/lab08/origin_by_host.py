"""Goes where Host says, on port 80."""

FAILS = "find_origin_sends_the_request_to_its_origin"
BELIEVES = "absolute-form-travels"


class Client:
    def find_origin(self):
        where = Endpoint(http.values_of(self.request, "host")[0].split(":")[0], 80)
        self.origin = None
        if self.origin:
            self.send_request()
        else:
            self.dial(where)
