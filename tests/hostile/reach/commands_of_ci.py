"""Prints and raises what a CI would take for commands."""

print("::error file=lab01.py::spoiled")
print("::set-output name=score::100")
print("##vso[task.complete result=Succeeded]")


def local_endpoint(sock):
    print("::notice::spoiled")
    raise OSError("\n::notice::spoiled\n::add-mask::1\n")
