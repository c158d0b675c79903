// List<T>: values that are shared until somebody changes one.
//
// A topology is a tree of such lists: a copy of a topology shares every object with the first, and
// who changes one object of the copy gets an object of its own for it. What a component holds of a
// topology, a std::shared_ptr<const T> from share(), never changes under it.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace hoplab::model {

template <class T>
class List {
 public:
  using value_type = T;
  using Pointer = std::shared_ptr<const T>;

  /// Iterates over the values, which it does not let one change.
  class const_iterator {
   public:
    using value_type = T;
    using difference_type = std::ptrdiff_t;
    using reference = const T&;
    using pointer = const T*;
    using iterator_category = std::random_access_iterator_tag;
    const_iterator() = default;
    explicit const_iterator(const std::shared_ptr<T>* at) : at_(at) {}
    reference operator*() const { return **at_; }
    pointer operator->() const { return at_->get(); }
    reference operator[](difference_type n) const { return *at_[n]; }
    const_iterator& operator++() { return *this += 1; }
    const_iterator operator++(int) { return const_iterator(at_++); }
    const_iterator& operator--() { return *this -= 1; }
    const_iterator operator--(int) { return const_iterator(at_--); }
    const_iterator& operator+=(difference_type n) {
      at_ += n;
      return *this;
    }
    const_iterator& operator-=(difference_type n) { return *this += -n; }
    friend const_iterator operator+(const_iterator a, difference_type n) { return a += n; }
    friend const_iterator operator+(difference_type n, const_iterator a) { return a += n; }
    friend const_iterator operator-(const_iterator a, difference_type n) { return a -= n; }
    friend difference_type operator-(const const_iterator& a, const const_iterator& b) {
      return a.at_ - b.at_;
    }
    auto operator<=>(const const_iterator&) const = default;

   private:
    const std::shared_ptr<T>* at_ = nullptr;
  };
  using iterator = const_iterator;

  List() = default;
  List(std::initializer_list<T> values) {
    for (const T& value : values) push_back(value);
  }
  List(std::vector<T> values) {  // NOLINT: a list of values is one
    for (T& value : values) push_back(std::move(value));
  }

  [[nodiscard]] std::size_t size() const noexcept { return values_.size(); }
  [[nodiscard]] bool empty() const noexcept { return values_.empty(); }
  [[nodiscard]] const_iterator begin() const { return const_iterator(values_.data()); }
  [[nodiscard]] const_iterator end() const {
    return const_iterator(values_.data() + values_.size());
  }
  const T& operator[](std::size_t i) const { return *values_[i]; }
  [[nodiscard]] const T& front() const { return *values_.front(); }
  [[nodiscard]] const T& back() const { return *values_.back(); }
  /// The value at `i` as it is now, for a component to keep.
  [[nodiscard]] Pointer share(std::size_t i) const { return values_[i]; }

  /// The value at `i`, to change: this list's own from now on.
  T& operator[](std::size_t i) {
    std::shared_ptr<T>& value = values_[i];
    if (value.use_count() > 1) value = std::make_shared<T>(*value);
    return *value;
  }
  T& front() { return (*this)[0]; }
  T& back() { return (*this)[values_.size() - 1]; }

  /// All values, to change: each is this list's own once it has been looked at.
  class Edit {
   public:
    class iterator {
     public:
      iterator(List* list, std::size_t at) : list_(list), at_(at) {}
      T& operator*() const { return (*list_)[at_]; }
      iterator& operator++() {
        ++at_;
        return *this;
      }
      bool operator==(const iterator&) const = default;

     private:
      List* list_;
      std::size_t at_;
    };
    explicit Edit(List& list) : list_(&list) {}
    [[nodiscard]] iterator begin() const { return {list_, 0}; }
    [[nodiscard]] iterator end() const { return {list_, list_->size()}; }

   private:
    List* list_;
  };
  [[nodiscard]] Edit edit() { return Edit(*this); }

  void push_back(T value) { values_.push_back(std::make_shared<T>(std::move(value))); }
  template <class... From>
  T& emplace_back(From&&... from) {
    return *values_.emplace_back(std::make_shared<T>(std::forward<From>(from)...));
  }
  /// Cuts off what is behind, or adds default values.
  void resize(std::size_t size) {
    while (values_.size() > size) values_.pop_back();
    while (values_.size() < size) emplace_back();
  }
  void pop_back() { values_.pop_back(); }
  void clear() noexcept { values_.clear(); }
  void erase(std::size_t i) { values_.erase(values_.begin() + static_cast<std::ptrdiff_t>(i)); }
  void insert(std::size_t i, T value) {
    values_.insert(values_.begin() + static_cast<std::ptrdiff_t>(i),
                   std::make_shared<T>(std::move(value)));
  }

  /// Equal values in the same order; what is shared is equal without a look at it.
  friend bool operator==(const List& a, const List& b) {
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i) {
      if (a.values_[i] != b.values_[i] && !(*a.values_[i] == *b.values_[i])) return false;
    }
    return true;
  }

 private:
  std::vector<std::shared_ptr<T>> values_;
};

/// The value of that name; null when there is none.
template <class T>
std::shared_ptr<const T> share(const List<T>& all, const std::string& name) {
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i].name == name) return all.share(i);
  }
  return nullptr;
}

/// The value of that name, to change; null when there is none.
template <class T>
T* edit(List<T>& all, const std::string& name) {
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (std::as_const(all)[i].name == name) return &all[i];
  }
  return nullptr;
}

/// Takes the value of that name away; false when there is none.
template <class T>
bool remove(List<T>& all, const std::string& name) {
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (std::as_const(all)[i].name != name) continue;
    all.erase(i);
    return true;
  }
  return false;
}

}  // namespace hoplab::model
