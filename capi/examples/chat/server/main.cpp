// Chat server: rooms, packets and jobs on a completion port.
//
//     chat_server PORT [SESSIONS]
//
// PORT 0 takes a free port. The server ends when SESSIONS sessions have come and gone (0: never),
// or at Ctrl-C.
//
//     core/       what any server of packets needs: port, sessions, buffers, jobs, workers
//     protocol.h  the packets of this one
//     server/     sessions that log in, enter rooms and talk
//     client/     a program that plays a scene with some clients
//
//     worker ─▶ Port::Dispatch ─▶ Session ─▶ PacketSession ─▶ ChatSession ─▶ Room, as a job
//                                                                              │
//     Session::Send, of all who are in the room  ◀─────────────────────────────┘

#include "../core/listener.h"
#include "../core/network.h"
#include "../core/service.h"
#include "chat_session.h"

#include <cstdio>
#include <cstdlib>
#include <memory>

namespace {

Chat *the_chat = nullptr;

BOOL WINAPI OnControl(DWORD) {
    the_chat->End();
    return TRUE;
}

} // namespace

int main(int argc, char **argv) {
    if (argc < 2) {
        std::printf("usage: %s PORT [SESSIONS]\n", argv[0]);
        return EXIT_FAILURE;
    }
    std::setvbuf(stdout, nullptr, _IONBF, 0);
    Network network;
    Service service;
    Chat chat(service, argc > 2 ? std::atoi(argv[2]) : 0);
    the_chat = &chat;
    SetConsoleCtrlHandler(OnControl, TRUE);

    auto listener = std::make_shared<Listener>(
        service.ThePort(), [&chat] { return std::make_shared<ChatSession>(chat); });
    USHORT port = listener->Start(static_cast<USHORT>(std::atoi(argv[1])));
    std::printf("listening on 127.0.0.1:%d\n", port);
    service.Start();

    WaitForSingleObject(chat.Done(), INFINITE);
    listener->Close();
    service.Stop();
    chat.Report();
    return EXIT_SUCCESS;
}
