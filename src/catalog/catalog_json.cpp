#include "catalog/catalog_json.hpp"

#include "attacks/attack_options.hpp"
#include "attacks/input_gradient.hpp"
#include "attacks/set_attack_options.hpp"
#include "base/describe.hpp"
#include "catalog/attacks.hpp"
#include "catalog/set_attacks.hpp"
#include "formats/csv.hpp"
#include "formats/model_graph.hpp"
#include "nn/operations.hpp"
#include "train/train_options.hpp"

namespace mlsec::catalog {

namespace {

template <class Options>
consteval std::uint64_t norms_of() {
  std::uint64_t choices = 0;
  for_each_field<Options>([&](const auto& entry) {
    if (entry.name == "norm") choices = entry.choices;
  });
  return choices;
}

template <class Options>
constexpr bool makes_patch = requires(const Options& options) { options.form; };

template <class Attack>
void describe_attack(JsonWriter& json, std::string_view pack, std::string_view acts = "sample") {
  const attacks::Traits& traits = Attack::traits;
  json.begin_object().key("id").text(Attack::id).key("name").text(Attack::name).key("summary").text(Attack::summary);
  json.key("paper").begin_object().key("title").text(Attack::paper.title).key("authors").text(Attack::paper.authors);
  json.key("year").number(Attack::paper.year).key("reference").text(Attack::paper.reference).end_object();
  json.key("traits").begin_object().key("acts").text(acts).key("needs").text(name_of(traits.needs));
  json.key("goal").text(name_of(traits.goal)).key("norms").begin_list();
  if constexpr (requires { Attack::norm; })
    json.text(name_of(Attack::norm));
  else
    for (std::size_t i = 0; i < names_of<threat::Norm>.size(); ++i)
      if (norms_of<typename Attack::Options>() >> i & 1) json.text(names_of<threat::Norm>[i]);
  json.end_list().key("targeted").boolean(traits.targeted).key("random").boolean(traits.random);
  json.key("inputs").begin_list();
  for (std::string_view kind : names_of<model::InputKind>)
    if (!traits.images_only || kind == name_of(model::InputKind::image)) json.text(kind);
  json.end_list().end_object().key("pack").text(pack);
  if (acts == "set") json.key("makes").text(makes_patch<typename Attack::Options> ? "patch" : "perturbation");
  json.key("options");
  describe<typename Attack::Options>(json);
  json.end_object();
}

}  // namespace

std::string catalog_json() {
  JsonWriter json;
  json.begin_object().key("version").number(1).key("errorCodes").begin_list();
  for (std::string_view code : names_of<ErrorCode>) json.text(code);
  json.end_list().key("attacks").begin_list();
  for_each_type(CoreAttacks{}, [&]<class Attack>() { describe_attack<Attack>(json, "core"); });
  for_each_type(FurtherAttacks{}, [&]<class Attack>() { describe_attack<Attack>(json, "attacks"); });
  json.end_list().key("universalAttacks").begin_list();
  for_each_type(SetAttacks{}, [&]<class Attack>() { describe_attack<Attack>(json, "attacks", "set"); });
  json.end_list().key("universalOptions");
  describe<attacks::SetAttackOptions>(json);
  json.key("attackOptions");
  describe<attacks::AttackOptions>(json);
  json.key("layers").begin_list();
  for_each_type(nn::Operations{}, [&]<class Operation>() {
    json.begin_object().key("id").text(Operation::public_id).key("summary").text(Operation::summary).key("options");
    describe<typename Operation::Options>(json);
    json.end_object();
  });
  json.end_list().key("trainOptions");
  describe<train::TrainOptions>(json);
  json.key("gradientOptions");
  describe<attacks::GradientOptions>(json);
  json.key("loadOptions");
  describe<formats::LoadOptions>(json);
  json.key("csvOptions");
  describe<formats::CsvOptions>(json);
  json.end_object();
  return json.result();
}

}  // namespace mlsec::catalog
