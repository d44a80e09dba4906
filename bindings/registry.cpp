#include "bindings/registry.hpp"

namespace mlsec::bindings {

int Registry::add(Object object) {
  objects_.emplace(next_, std::move(object));
  return next_++;
}

const Registry::Object* Registry::find(int handle) const {
  const auto found = objects_.find(handle);
  return found == objects_.end() ? nullptr : &found->second;
}

Result<std::shared_ptr<model::Model>> Registry::model(int handle) const {
  const Object* object = find(handle);
  if (!object || !object->model) return Error{ErrorCode::disposed, "model", "The model has been disposed of."};
  return object->model;
}

Result<Job*> Registry::job(int handle) const {
  const Object* object = find(handle);
  if (!object || !object->job) return Error{ErrorCode::disposed, "job", "The job has been disposed of."};
  return object->job.get();
}

Error Registry::another_kind() { return {ErrorCode::internal, "job", "The handle belongs to another kind of job."}; }

Registry& registry() {
  static Registry objects;
  return objects;
}

}  // namespace mlsec::bindings
