"""Never returns."""


def local_endpoint(sock):
    while True:
        pass
