#include "listener.h"

#include "network.h"

Listener::Listener(Port &port, Factory factory)
    : factory_(std::move(factory)), socket_(Network::MakeSocket()) {
    port.Register(socket_);
}

Listener::~Listener() {
    Close();
}

USHORT Listener::Start(USHORT port_number) {
    SOCKADDR_IN address = Network::Loopback(port_number);
    int length = sizeof address;
    if (bind(socket_, reinterpret_cast<SOCKADDR *>(&address), length) == SOCKET_ERROR) Fail("bind");
    if (listen(socket_, SOMAXCONN) == SOCKET_ERROR) Fail("listen");
    if (getsockname(socket_, reinterpret_cast<SOCKADDR *>(&address), &length) == SOCKET_ERROR)
        Fail("getsockname");
    for (Acceptance &acceptance : acceptances_) BeginAccept(acceptance);
    return ntohs(address.sin_port);
}

void Listener::Close() {
    if (!is_closed_.exchange(true)) closesocket(socket_);
}

void Listener::BeginAccept(Acceptance &acceptance) {
    DWORD bytes = 0;
    acceptance.session = factory_();
    acceptance.Arm(shared_from_this());
    if (!Network::AcceptEx(socket_, acceptance.session->Socket(), acceptance.addresses, 0,
                           AddressBytes, AddressBytes, &bytes, &acceptance) &&
        WSAGetLastError() != WSA_IO_PENDING) {
        acceptance.Disarm();
        acceptance.session = nullptr;
    }
}

void Listener::OnCompletion(Event &event, DWORD, DWORD error) {
    Acceptance &acceptance = static_cast<Acceptance &>(event);
    SessionRef session = std::move(acceptance.session);
    if (is_closed_) return;
    if (error == ERROR_SUCCESS &&
        setsockopt(session->Socket(), SOL_SOCKET, SO_UPDATE_ACCEPT_CONTEXT,
                   reinterpret_cast<char *>(&socket_), sizeof socket_) == 0)
        session->Start();
    BeginAccept(acceptance);
}
