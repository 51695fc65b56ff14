/* The concurrency runtime's locks, over the C++ library's. */
#ifndef _CONCRT_H
#define _CONCRT_H

#ifndef __cplusplus
#error concrt.h is C++
#endif

#include <mutex>
#include <shared_mutex>

namespace Concurrency {

/* Owned by one thread, once. */
class critical_section {
  public:
    class scoped_lock {
      public:
        explicit scoped_lock(critical_section &section) : section_(section) { section_.lock(); }
        ~scoped_lock() { section_.unlock(); }
        scoped_lock(const scoped_lock &) = delete;
        scoped_lock &operator=(const scoped_lock &) = delete;

      private:
        critical_section &section_;
    };
    critical_section() = default;
    critical_section(const critical_section &) = delete;
    critical_section &operator=(const critical_section &) = delete;
    void lock() { mutex_.lock(); }
    bool try_lock() { return mutex_.try_lock(); }
    void unlock() { mutex_.unlock(); }

  private:
    std::mutex mutex_;
};

/* Many readers or one writer. */
class reader_writer_lock {
  public:
    class scoped_lock {
      public:
        explicit scoped_lock(reader_writer_lock &lock) : lock_(lock) { lock_.lock(); }
        ~scoped_lock() { lock_.unlock(); }
        scoped_lock(const scoped_lock &) = delete;
        scoped_lock &operator=(const scoped_lock &) = delete;

      private:
        reader_writer_lock &lock_;
    };
    class scoped_lock_read {
      public:
        explicit scoped_lock_read(reader_writer_lock &lock) : lock_(lock) { lock_.lock_read(); }
        ~scoped_lock_read() { lock_.unlock(); }
        scoped_lock_read(const scoped_lock_read &) = delete;
        scoped_lock_read &operator=(const scoped_lock_read &) = delete;

      private:
        reader_writer_lock &lock_;
    };
    reader_writer_lock() = default;
    reader_writer_lock(const reader_writer_lock &) = delete;
    reader_writer_lock &operator=(const reader_writer_lock &) = delete;
    void lock() {
        mutex_.lock();
        written_ = true;
    }
    bool try_lock() { return mutex_.try_lock() && (written_ = true); }
    void lock_read() { mutex_.lock_shared(); }
    bool try_lock_read() { return mutex_.try_lock_shared(); }
    void unlock() {
        if (written_) {
            written_ = false;
            mutex_.unlock();
        } else {
            mutex_.unlock_shared();
        }
    }

  private:
    std::shared_timed_mutex mutex_;
    bool written_ = false; /* read by holders only: all of them are readers, or one is the writer */
};

}

namespace concurrency = Concurrency;

#endif
