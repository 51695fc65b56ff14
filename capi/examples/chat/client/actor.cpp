#include "actor.h"

#include <cstdio>
#include <cstdlib>
#include <mutex>

std::string Actor::Next() {
    std::lock_guard<SrwLock> guard(lock_);
    while (news_.empty()) {
        if (!lock_.WaitFor(has_news_, PatienceMs)) {
            std::printf("%s hears nothing\n", name_.c_str());
            std::exit(EXIT_FAILURE);
        }
    }
    std::string news = std::move(news_.front());
    news_.pop_front();
    return news;
}

void Actor::Hear() {
    std::printf("%s: %s\n", name_.c_str(), Next().c_str());
}

void Actor::Keep(std::string news) {
    {
        std::lock_guard<SrwLock> guard(lock_);
        news_.push_back(std::move(news));
    }
    WakeConditionVariable(&has_news_);
}

void Actor::OnPacket(USHORT id, const BYTE *body, size_t count) {
    PacketReader reader(body, count);
    std::string first, second;
    ULONG number = 0;
    switch (static_cast<PacketId>(id)) {
    case PacketId::Welcome:
        reader >> number;
        return Keep("welcome, number " + std::to_string(number));
    case PacketId::Refused:
        reader >> first;
        return Keep("refused: " + first);
    case PacketId::Entered:
        reader >> first >> second;
        return Keep("is in " + first + (second.empty() ? ", alone" : ", with " + second));
    case PacketId::Joined:
        reader >> first;
        return Keep(first + " joins");
    case PacketId::Said:
        reader >> first >> second;
        return Keep(first + " says: " + second);
    case PacketId::Reminder:
        reader >> first;
        return Keep("is reminded of " + first);
    case PacketId::Left:
        reader >> first;
        return Keep(first + " leaves");
    default:
        return Keep("an unknown packet, " + std::to_string(id));
    }
}
