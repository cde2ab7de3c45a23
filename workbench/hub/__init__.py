"""JupyterHub for a class on one machine: its configuration, and what keeps students apart.

Knows JupyterHub and the Linux tools setpriv and bwrap. Knows no lab and no notebook.
"""
