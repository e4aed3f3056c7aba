"""Runs a real Home Assistant on commands from standard input, one JSON object a line, for the integration tests.

usage: driver.py FOLDER_OF_HA_CHECK HASS BROKER_PORT CONFIG_DIR PREFIX

A command is {"id": …, "do": …, …}; its answer {"id": …, "result": …} or {"id": …, "error": …}. Home Assistant ends with
standard input, and with this process whatever ends it.
"""
import ctypes
import json
import os
import signal
import subprocess
import sys
import time

folder, hass, port, directory, prefix = sys.argv[1:]
sys.path.insert(0, folder)
import ha_check  # noqa: E402


def die_with_parent():
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG, prctl(2)


class Child(subprocess.Popen):
    def __init__(self, *arguments, **options):
        super().__init__(*arguments, preexec_fn=die_with_parent, **options)


ha_check.subprocess.Popen = Child
# Said when a broker goes away and comes back, which the tests do on purpose, and when a device is removed: Home
# Assistant itself then clears the discovery topic once for each entity that it has disabled, and complains of it.
EXPECTED = (
    "Disconnected from MQTT server", "Failed to connect to MQTT server", "Error returned from MQTT server",
    "No device components to cleanup")


def launch():
    ha = ha_check.HomeAssistant(
        int(port), hass=hass, discovery_prefix=prefix, recorder=True, config_dir=directory, any_python=True)
    ha.start()
    return ha


def state(ha, entity):
    status, body = ha.rest("GET", f"/api/states/{entity}")
    return body if status == 200 else None


def wait(ha, entity, wanted, limit):
    """Until the entity has the state; null stands for no such entity."""
    deadline = time.monotonic() + limit
    while True:
        got = state(ha, entity)
        text = got and got["state"]
        if text == wanted or time.monotonic() > deadline:
            return got
        time.sleep(0.1)


def settle(ha, count, limit):
    """Until so many entities are enabled, and all their states have been the same for a second."""
    deadline = time.monotonic() + limit
    last, since = None, time.monotonic()
    while time.monotonic() < deadline:
        enabled = [entry for entry in ha._registry() if entry["disabled_by"] is None]
        now = (len(enabled), {key: value["state"] for key, value in ha.states().items()})
        if now != last:
            last, since = now, time.monotonic()
        elif now[0] == count and time.monotonic() - since >= 1:
            break
        time.sleep(0.2)
    return last[0]


def complaints(ha):
    log = [r for r in ha.log() if not r["message"].startswith(EXPECTED)]
    return [f"{r['level']} {r['logger']}: {r['message']}" for r in log] + [
        f"repair issue {issue}" for issue in ha.issues()]


def device_id(ha, name):
    return next(d["id"] for d in ha.devices() if d["name"] == name)


def arm(ha, command):
    """Waits for a device's trigger, as an automation does; `fired` says whether it came."""
    socket = ha_check.WebSocket(ha.http_port, ha.token)
    socket.command({"type": "subscribe_trigger", "trigger": {
        "platform": "device", "domain": "mqtt", "device_id": device_id(ha, command["device"]),
        "type": command["type"], "subtype": command["subtype"]}})
    armed[f"{command['device']} {command['subtype']} {command['type']}"] = socket
    return True


def fired(ha, command):
    socket = armed.pop(command["trigger"])
    socket.sock.settimeout(command["limit"])
    try:
        return socket.recv().get("type") == "event"
    except TimeoutError:
        return False
    finally:
        socket.close()


def do(ha, command):
    match command["do"]:
        case "settle":
            return settle(ha, command["count"], command["limit"])
        case "devices":
            return ha.devices()
        case "entities":
            return ha.entities()
        case "state":
            return state(ha, command["entity"])
        case "wait":
            return wait(ha, command["entity"], command["state"], command["limit"])
        case "call":
            status, body = ha.rest("POST", f"/api/services/{command['service']}", command["data"])
            return {"status": status, "body": str(body)[:500]}
        case "triggers":
            return sorted(
                f"{t['subtype']} {t['type']}" for t in ha.ws(
                    {"type": "device_automation/trigger/list", "device_id": device_id(ha, command["device"])})
                if t["domain"] == "mqtt")
        case "arm":
            return arm(ha, command)
        case "fired":
            return fired(ha, command)
        case "complaints":
            return earlier + complaints(ha)
        case "statistics":
            return ha.statistics()
    raise ValueError(f"no command {command['do']}")


armed = {}  # triggers that are waited for, by name
ha = launch()
earlier = []  # complaints from before the last restart
try:
    print(json.dumps({"id": "ready", "result": ha.version}), flush=True)
    for line in sys.stdin:
        command = json.loads(line)
        try:
            if command["do"] == "restart":
                earlier += complaints(ha)
                ha.stop()
                ha = launch()
                result = ha.version
            else:
                result = do(ha, command)
            print(json.dumps({"id": command["id"], "result": result}), flush=True)
        except Exception as error:  # noqa: BLE001
            print(json.dumps({"id": command["id"], "error": f"{type(error).__name__}: {error}"}), flush=True)
finally:
    ha.stop()
