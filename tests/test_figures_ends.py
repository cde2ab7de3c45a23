"""Ends and edges: what the kernel's table becomes."""

from itertools import permutations
from typing import NamedTuple

import pytest

from workbench.figures import ends_and_edges
from workbench.figures._ends import Edge, End


class Row(NamedTuple):
    local: tuple
    remote: tuple | None
    protocol: str = "tcp"
    state: str = "ESTABLISHED"


SERVER, OTHER_SERVER = ("127.0.0.1", 8080), ("127.0.0.1", 9090)


def client(number: int) -> tuple[str, int]:
    return ("127.0.0.1", 40_000 + number)


def both_rows(one, other, protocol="tcp"):
    return [Row(one, other, protocol), Row(other, one, protocol)]


def table(clients: int, server=SERVER):
    rows = [Row(server, None, state="LISTEN")]
    return rows + [row for n in range(clients) for row in both_rows(client(n), server)]


@pytest.mark.parametrize("clients", [1, 10, 20])
def test_each_client_is_an_edge_and_the_server_is_one_end(clients):
    ends = ends_and_edges(table(clients)).data
    assert ends.servers == (End("TCP", *SERVER),)
    assert len(ends.clients) == len(ends.edges) == clients
    assert ends.listeners == {End("TCP", *SERVER)}


def test_ten_edges_meet_in_one_dot():
    (axes,) = ends_and_edges(table(10)).figure.axes
    tips = {tuple(patch.get_path().vertices[-1]) for patch in axes.patches}
    starts = {tuple(patch.get_path().vertices[0]) for patch in axes.patches}
    assert (len(tips), len(starts), len(axes.patches)) == (1, 10, 10)


def test_two_rows_of_one_connection_are_one_edge_with_both_states():
    rows = [
        Row(client(1), SERVER, state="FIN_WAIT2"),
        Row(SERVER, client(1), state="CLOSE_WAIT"),
        Row(SERVER, None, state="LISTEN"),
    ]
    ends = ends_and_edges(rows).data
    edge = Edge(End("TCP", *client(1)), End("TCP", *SERVER), "FIN_WAIT2", "CLOSE_WAIT")
    assert ends.edges == (edge,)


def test_one_client_port_towards_two_servers_is_one_dot_with_two_edges():
    rows = table(0) + table(0, OTHER_SERVER)
    rows += both_rows(client(1), SERVER) + both_rows(client(1), OTHER_SERVER)
    figure = ends_and_edges(rows)
    assert figure.data.clients == (End("TCP", *client(1)),)
    assert len(figure.data.edges) == 2
    assert "1 client name with more than one connection." in figure.alt_text


def test_without_a_listener_the_end_with_most_connections_is_the_server():
    rows = [Row(client(n), ("127.0.0.1", 65_000)) for n in range(3)]
    assert ends_and_edges(rows).data.servers == (End("TCP", "127.0.0.1", 65_000),)


def test_who_accepted_under_a_wildcard_listener_stands_among_the_servers():
    rows = [Row(("0.0.0.0", 40_001), None, state="LISTEN")]
    rows += both_rows(("127.0.0.1", 30_000), ("127.0.0.1", 40_001))
    ends = ends_and_edges(rows).data
    assert ends.clients == (End("TCP", "127.0.0.1", 30_000),)
    assert {end.host for end in ends.servers} == {"0.0.0.0", "127.0.0.1"}


def test_tcp_and_udp_on_one_port_are_two_names_and_udp_is_dashed():
    rows = both_rows(client(1), SERVER) + both_rows(client(2), SERVER, "udp")
    figure = ends_and_edges(rows)
    assert {end.protocol for end in figure.data.servers} == {"TCP", "UDP"}
    assert {patch.get_linestyle() for patch in figure.figure.axes[0].patches} == {"-", "--"}


def test_a_socket_connected_to_itself_is_one_end_and_one_edge():
    figure = ends_and_edges([Row(SERVER, SERVER)])
    assert figure.data.clients == ()
    assert len(figure.data.edges) == 1
    assert "1 socket connected to itself." in figure.alt_text


def test_ipv6_names_are_written_in_brackets_and_names_of_your_own_before_them():
    here, there = ("::1", 40_000, 0, 0), ("::1", 8080, 0, 0)
    figure = ends_and_edges(both_rows(here, there), names={("::1", 8080): "origin"})
    texts = {text.get_text() for text in figure.figure.axes[0].texts}
    assert {"[::1]:40000", "origin  [::1]:8080"} <= texts


def test_the_order_of_the_table_does_not_matter():
    drawings = [ends_and_edges(rows) for rows in permutations(table(2))]
    assert len({(drawing.data, drawing.alt_text) for drawing in drawings}) == 1


def test_words_count_and_name_no_port():
    figure = ends_and_edges(table(10))
    assert figure.alt_text == (
        "1 server name (TCP listening, 10 connections from 10 client names). States: ESTABLISHED."
    )
    ports = ends_and_edges([row for row in table(10) if row.remote]).alt_text
    assert "8080" not in ports
    assert "40" not in ports
