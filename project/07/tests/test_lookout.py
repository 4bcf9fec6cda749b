import threading
import urllib.request
from http.server import ThreadingHTTPServer

import lookout


def test_a_service_with_nobody_behind_it_says_its_name(monkeypatch):
    monkeypatch.setattr(lookout, "BEHIND", "")
    assert lookout.report() == lookout.NAME


def test_a_chain_of_two(monkeypatch):
    class Buoy(lookout.Lookout):
        pass

    def answer(request):
        request.send_response(200)
        request.end_headers()
        request.wfile.write(b"buoy")

    Buoy.do_GET = answer
    server = ThreadingHTTPServer(("127.0.0.1", 0), Buoy)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setattr(lookout, "BEHIND", f"http://127.0.0.1:{server.server_port}")
    assert lookout.report() == f"{lookout.NAME} > buoy"
    server.shutdown()
    server.server_close()


def test_it_answers_over_http(monkeypatch):
    monkeypatch.setattr(lookout, "BEHIND", "")
    server = ThreadingHTTPServer(("127.0.0.1", 0), lookout.Lookout)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with urllib.request.urlopen(f"http://127.0.0.1:{server.server_port}") as answer:
        assert answer.read().decode() == lookout.NAME
    server.shutdown()
    server.server_close()


def test_silence_is_told_and_is_no_error(monkeypatch):
    monkeypatch.setattr(lookout, "BEHIND", "http://127.0.0.1:9")
    assert lookout.report().startswith(f"{lookout.NAME} > http://127.0.0.1:9: ")
