// Containers and loops for many threads, with every count the same whatever their order.
#include <concurrent_queue.h>
#include <concurrent_unordered_map.h>
#include <concurrent_vector.h>
#include <ppl.h>
#include <windows.h>
#include <algorithm>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>
#include "check.h"

const int THREADS = 4, TURNS = 2000;

template <typename Work>
static void together(Work work) {
    std::vector<std::thread> threads;
    for (int number = 0; number < THREADS; number++)
        threads.emplace_back(work, number);
    for (auto &thread : threads)
        thread.join();
}

static void queues() {
    concurrency::concurrent_queue<int> queue;
    std::atomic<long long> sum(0);
    std::atomic<int> taken(0);
    together([&](int number) {
        for (int turn = 0; turn < TURNS; turn++) {
            queue.push(number * TURNS + turn);
            int value;
            if (queue.try_pop(value))
                sum += value, taken++;
        }
    });
    int value = -1;
    while (queue.try_pop(value))
        sum += value, taken++;
    long long all = THREADS * TURNS;
    CHECK(taken == all && sum == all * (all - 1) / 2 && queue.empty() && queue.unsafe_size() == 0);
    value = -1;
    CHECK(!queue.try_pop(value) && value == -1);
    Concurrency::concurrent_queue<std::string> texts;
    texts.push("a"), texts.push(std::string("b"));
    Concurrency::concurrent_queue<std::string> copy(texts);
    texts.clear();
    std::string text;
    CHECK(texts.empty() && copy.unsafe_size() == 2 && *copy.unsafe_begin() == "a" && copy.try_pop(text) && text == "a");
}

static void vectors() {
    concurrency::concurrent_vector<int> vector;
    together([&](int number) {
        for (int turn = 0; turn < TURNS; turn++) {
            auto at = vector.push_back(number * TURNS + turn);
            if (*at != number * TURNS + turn)
                vector.push_back(-1);
            if (vector[vector.size() / 2] < 0)
                vector.push_back(-1);
        }
    });
    std::set<int> distinct(vector.begin(), vector.end());
    CHECK(vector.size() == (size_t)THREADS * TURNS && distinct.size() == vector.size() && *distinct.begin() == 0);
    std::sort(vector.begin(), vector.end());
    CHECK(vector.front() == 0 && vector.back() == THREADS * TURNS - 1 && vector.at(7) == 7);
    auto first = vector.grow_by(3);
    CHECK(first - vector.begin() == THREADS * TURNS && vector.end() - first == 3 && *first == 0);
    bool thrown = false;
    try {
        vector.at(vector.size());
    } catch (const std::out_of_range &) {
        thrown = true;
    }
    CHECK(thrown);
}

static void maps() {
    concurrency::concurrent_unordered_map<int, std::string> map;
    std::atomic<int> inserted(0);
    together([&](int number) {
        for (int turn = 0; turn < TURNS; turn++) {
            inserted += map.insert(std::make_pair(turn, std::to_string(number))).second;
            if (map.find(turn) == map.end())
                inserted = -1;
            size_t seen = 0;
            if (turn % 500 == 0)
                for (const auto &one : map)
                    seen += one.second.empty() ? 0 : 1;
            (void)seen;
        }
    });
    CHECK(inserted == TURNS && map.size() == (size_t)TURNS && map.count(5) == 1 && map.count(TURNS) == 0);
    map[TURNS] = "more";
    CHECK(map.at(TURNS) == "more" && map[TURNS] == "more" && map.unsafe_erase(TURNS) == 1 && map.find(TURNS) == map.end());
}

static void loops() {
    std::vector<int> visits(1000);
    concurrency::parallel_for(0, 1000, [&](int at) { visits[at]++; });
    concurrency::parallel_for(0, 1000, 2, [&](int at) { visits[at]++; });
    CHECK(visits[0] == 2 && visits[1] == 1 && visits[998] == 2 && visits[999] == 1);
    concurrency::parallel_for_each(visits.begin(), visits.end(), [](int &visit) { visit = 7; });
    CHECK(std::count(visits.begin(), visits.end(), 7) == 1000);
    int a = 0, b = 0, c = 0;
    concurrency::parallel_invoke([&] { a = 1; }, [&] { b = 2; }, [&] { c = 3; });
    CHECK(a == 1 && b == 2 && c == 3);
    std::string said;
    try {
        concurrency::parallel_for(0, 100, [](int at) {
            if (at == 50)
                throw std::runtime_error("fifty");
        });
    } catch (const std::runtime_error &error) {
        said = error.what();
    }
    CHECK(said == "fifty");
    concurrency::critical_section section;
    concurrency::combinable<int> sums;
    int guarded = 0;
    concurrency::task_group group;
    for (int at = 0; at < 8; at++)
        group.run([&] {
            concurrency::critical_section::scoped_lock lock(section);
            guarded++;
            sums.local()++;
        });
    CHECK(group.wait() == concurrency::completed && guarded == 8 && sums.combine([](int x, int y) { return x + y; }) == 8);
    Concurrency::reader_writer_lock lock;
    lock.lock_read();
    CHECK(lock.try_lock_read() && !lock.try_lock());
    lock.unlock(), lock.unlock();
    CHECK(lock.try_lock() && !lock.try_lock_read());
    lock.unlock();
}

int main() {
    queues();
    vectors();
    maps();
    loops();
    printf("%d wrong\n", wrong);
    return wrong;
}
