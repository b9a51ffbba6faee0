# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
"""call_heavy.py [ROUNDS]: little but calls: Fibonacci numbers, and tasks that pass packets around.

A round is a fixed amount of work, so that the time of two runs can be compared.
"""
import json
import sys
import time


def fibonacci(n):
    return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)


class Packet:
    def __init__(self, kind, value):
        self.kind = kind
        self.value = value
        self.hops = 0


class Task:
    """Takes one packet at a time from its queue and hands it to the next task."""

    def __init__(self, scheduler, priority):
        self.scheduler = scheduler
        self.priority = priority
        self.queue = []
        self.held = False

    def put(self, packet):
        self.queue.append(packet)

    def is_ready(self):
        return bool(self.queue) and not self.held

    def take(self):
        return self.queue.pop(0)

    def run(self):
        packet = self.take()
        packet.hops += 1
        self.handle(packet)

    def handle(self, packet):
        raise NotImplementedError


class Worker(Task):
    def handle(self, packet):
        packet.value = self.mangle(packet.value)
        self.scheduler.send(packet)

    def mangle(self, value):
        return (value * 31 + self.priority) % 65521


class Device(Task):
    """Holds a packet back for one turn of the others."""

    def handle(self, packet):
        self.held = True
        self.scheduler.later(self, packet)

    def release(self, packet):
        self.held = False
        self.scheduler.send(packet)


class Scheduler:
    def __init__(self):
        self.tasks = [Worker(self, 0), Device(self, 1), Worker(self, 2), Device(self, 3)]
        self.pending = []
        self.arrived = []

    def add(self, packet):
        self.tasks[packet.kind].put(packet)

    def send(self, packet):
        if packet.hops >= 12:
            self.arrived.append(packet.value)
            return
        packet.kind = (packet.kind + 1) % len(self.tasks)
        self.add(packet)

    def later(self, device, packet):
        self.pending.append((device, packet))

    def choose(self):
        for task in self.tasks:
            if task.is_ready():
                return task
        return None

    def wake(self):
        device, packet = self.pending.pop(0)
        device.release(packet)

    def run(self):
        while True:
            task = self.choose()
            if task is not None:
                task.run()
            elif self.pending:
                self.wake()
            else:
                return sum(self.arrived)


def pass_packets(count):
    scheduler = Scheduler()
    for number in range(count):
        scheduler.add(Packet(number % len(scheduler.tasks), number))
    return scheduler.run()


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    start = time.process_time()
    results = {(fibonacci(20), pass_packets(300)) for _ in range(rounds)}
    print(json.dumps({"cpu": time.process_time() - start, "results": sorted(results)}))


main()
