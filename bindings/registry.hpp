// The long-lived objects of an instance, by handle: what JavaScript holds is a number.
#pragma once

#include <map>
#include <memory>

#include "base/job.hpp"
#include "base/result.hpp"
#include "model/model.hpp"

namespace mlsec::bindings {

class Registry {
 public:
  int add(std::shared_ptr<model::Model> model) { return add(Object{std::move(model), nullptr}); }
  int add(std::shared_ptr<Job> job) { return add(Object{nullptr, std::move(job)}); }

  void release(int handle) { objects_.erase(handle); }
  int size() const { return static_cast<int>(objects_.size()); }

  Result<std::shared_ptr<model::Model>> model(int handle) const;
  Result<Job*> job(int handle) const;

  /// `T` is the kind of job asked for.
  template <class T>
  Result<T*> job(int handle) const {
    MLSEC_TRY(Job * found, job(handle));
    if (auto* typed = dynamic_cast<T*>(found)) return typed;
    return another_kind();
  }

 private:
  /// One of the two.
  struct Object {
    std::shared_ptr<model::Model> model;
    std::shared_ptr<Job> job;
  };

  int add(Object object);
  const Object* find(int handle) const;
  static Error another_kind();

  std::map<int, Object> objects_;
  int next_ = 1;
};

Registry& registry();

}  // namespace mlsec::bindings
