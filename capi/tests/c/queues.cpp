// The queues of Microsoft's concurrency runtime: shared by threads, nothing lost, in order.
#include <windows.h>
#include <concurrent_queue.h>
#include <concurrent_priority_queue.h>
#include <thread>
#include <vector>
#include "check.h"

int main() {
    concurrency::concurrent_queue<int> queue;
    std::vector<std::thread> threads;
    for (int number = 0; number < 4; number++)
        threads.emplace_back([&queue, number] {
            for (int turn = 0; turn < 1000; turn++)
                queue.push(number * 1000 + turn);
        });
    int last[4] = {-1, -1, -1, -1}, item = 0, count = 0;
    while (count < 4000)
        if (queue.try_pop(item)) {
            CHECK(item % 1000 == last[item / 1000] + 1);
            last[item / 1000] = item % 1000;
            count++;
        }
    for (std::thread &thread : threads)
        thread.join();
    CHECK(queue.empty() && !queue.try_pop(item) && queue.unsafe_size() == 0);
    queue.push(1);
    queue.push(2);
    Concurrency::concurrent_queue<int> other(queue);
    CHECK(other.unsafe_size() == 2 && *other.unsafe_begin() == 1);
    queue.clear();
    CHECK(queue.empty() && !other.empty());
    concurrency::concurrent_priority_queue<int> greatest;
    for (int number : {3, 9, 1})
        greatest.push(number);
    CHECK(greatest.try_pop(item) && item == 9 && greatest.try_pop(item) && item == 3);
    CHECK(greatest.size() == 1);
    printf("%d wrong\n", wrong);
    return wrong;
}
