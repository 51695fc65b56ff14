// Plays a scene with some clients of the chat server, and prints what each of them hears.
//
//     chat_client PORT
//
// Each step waits for what it causes before the next begins, so the scene always reads the same.

#include "../core/network.h"
#include "../core/service.h"
#include "actor.h"

#include <cstdio>
#include <cstdlib>
#include <initializer_list>
#include <memory>

namespace {

class Scene {
public:
    Scene(Service &service, USHORT port) : service_(service), port_(port) {}

    void Play();

private:
    ActorRef Connect(const std::string &name);
    void Login(const ActorRef &who, const std::string &as);
    void Enter(const ActorRef &who, const std::string &room,
               std::initializer_list<ActorRef> others);
    void Say(const ActorRef &who, const std::string &text, std::initializer_list<ActorRef> all);
    void Flood(const ActorRef &who, int count, std::initializer_list<ActorRef> all);
    void SendInTwoPieces(const ActorRef &who, const ActorRef &other);
    void Leave(const ActorRef &who, std::initializer_list<ActorRef> others);

    Service &service_;
    const USHORT port_;
};

PacketWriter Packet(PacketId id) {
    return PacketWriter(id);
}

ActorRef Scene::Connect(const std::string &name) {
    auto actor = std::make_shared<Actor>(service_.ThePort(), name);
    actor->Connect(Network::Loopback(port_));
    actor->Hear();
    return actor;
}

void Scene::Login(const ActorRef &who, const std::string &as) {
    who->Tell(Packet(PacketId::Login) << as);
    who->Hear();
}

void Scene::Enter(const ActorRef &who, const std::string &room,
                  std::initializer_list<ActorRef> others) {
    who->Tell(Packet(PacketId::Enter) << room);
    who->Hear();
    for (const ActorRef &other : others) other->Hear();
}

void Scene::Say(const ActorRef &who, const std::string &text, std::initializer_list<ActorRef> all) {
    who->Tell(Packet(PacketId::Say) << text);
    for (const ActorRef &one : all) one->Hear();
}

// More than any one send or receive carries. The order must hold for everybody.
void Scene::Flood(const ActorRef &who, int count, std::initializer_list<ActorRef> all) {
    for (int number = 0; number < count; number++)
        who->Tell(Packet(PacketId::Say) << std::to_string(number));
    for (const ActorRef &one : all) {
        int number = 0;
        while (number < count && one->Next() == who->Name() + " says: " + std::to_string(number))
            number++;
        std::printf("%s: %d messages of %s in their order\n", one->Name().c_str(), number,
                    who->Name().c_str());
    }
}

// Between the pieces the other one makes a round trip: the first has arrived alone by then.
void Scene::SendInTwoPieces(const ActorRef &who, const ActorRef &other) {
    SendBuffer whole = (Packet(PacketId::Say) << std::string("in two pieces")).Finish();
    auto middle = whole->begin() + 3; // not even the header is whole
    who->Send(std::make_shared<const std::vector<BYTE>>(whole->begin(), middle));
    Say(other, "go on", {other, who});
    who->Send(std::make_shared<const std::vector<BYTE>>(middle, whole->end()));
    for (const ActorRef &one : {who, other}) one->Hear();
}

void Scene::Leave(const ActorRef &who, std::initializer_list<ActorRef> others) {
    who->Disconnect();
    who->Hear();
    for (const ActorRef &other : others) other->Hear();
}

void Scene::Play() {
    ActorRef alice = Connect("alice"), bob = Connect("bob"), carol = Connect("carol");
    Login(alice, "alice");
    Login(bob, "bob");
    Login(carol, "bob");
    Login(carol, "carol");

    Enter(alice, "hall", {});
    Enter(bob, "hall", {alice});
    Enter(carol, "garden", {});
    Say(alice, "안녕하세요", {alice, bob}); // "hello"; the garden hears nothing
    Say(carol, "is nobody here?", {carol});
    Enter(carol, "hall", {alice, bob});
    Flood(bob, 1000, {alice, bob, carol});
    SendInTwoPieces(carol, alice);
    bob->Hear(); // both things said
    bob->Hear();

    alice->Tell(Packet(PacketId::Remind) << ULONG{200} << std::string("the tea"));
    alice->Tell(Packet(PacketId::Remind) << ULONG{20} << std::string("the kettle"));
    alice->Hear();
    alice->Hear();

    ActorRef mallory = Connect("mallory");
    mallory->Send(std::make_shared<const std::vector<BYTE>>(8, BYTE{0})); // a packet of size 0
    mallory->Hear();
    ActorRef trudy = Connect("trudy");
    trudy->Tell(Packet(PacketId::Say) << std::string("I never logged in"));
    trudy->Hear();

    bob->Tell(Packet(PacketId::Leave));
    bob->Hear();
    for (const ActorRef &one : {alice, carol}) one->Hear();
    Enter(bob, "hall", {alice, carol});
    Leave(bob, {alice, carol});
    Leave(alice, {carol});
    Leave(carol, {});
}

} // namespace

int main(int argc, char **argv) {
    if (argc < 2) {
        std::printf("usage: %s PORT\n", argv[0]);
        return EXIT_FAILURE;
    }
    std::setvbuf(stdout, nullptr, _IONBF, 0);
    Network network;
    Service service;
    service.Start();
    Scene(service, static_cast<USHORT>(std::atoi(argv[1]))).Play();
    service.Stop();
    std::printf("all is well\n");
    return EXIT_SUCCESS;
}
