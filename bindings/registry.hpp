// The long-lived objects of an instance, by handle: what JavaScript holds is a number.
#pragma once

#include <map>
#include <memory>
#include <variant>

#include "base/job.hpp"
#include "base/result.hpp"
#include "model/model.hpp"

namespace mlsec::bindings {

class Registry {
 public:
  using Object = std::variant<std::shared_ptr<model::Model>, std::shared_ptr<Job>>;

  int add(Object object) {
    objects_.emplace(next_, std::move(object));
    return next_++;
  }

  void release(int handle) { objects_.erase(handle); }
  int size() const { return static_cast<int>(objects_.size()); }

  Result<std::shared_ptr<model::Model>> model(int handle) const { return find<model::Model>(handle, "model"); }

  /// `T` is the kind of job asked for.
  template <class T = Job>
  Result<std::shared_ptr<T>> job(int handle) const {
    MLSEC_TRY(auto found, find<Job>(handle, "job"));
    auto typed = std::dynamic_pointer_cast<T>(found);
    if (!typed) return Error{ErrorCode::internal, "job", "The handle belongs to another kind of job."};
    return typed;
  }

 private:
  template <class T>
  Result<std::shared_ptr<T>> find(int handle, const char* what) const {
    const auto found = objects_.find(handle);
    const auto* object = found == objects_.end() ? nullptr : std::get_if<std::shared_ptr<T>>(&found->second);
    if (!object) return Error{ErrorCode::disposed, what, "The " + std::string(what) + " has been disposed of."};
    return *object;
  }

  std::map<int, Object> objects_;
  int next_ = 1;
};

inline Registry& registry() {
  static Registry objects;
  return objects;
}

}  // namespace mlsec::bindings
