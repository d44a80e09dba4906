#include "base/describe.hpp"

#include <doctest/doctest.h>

#include "tests/core/base/sample_options.hpp"

namespace mlsec {

TEST_CASE("the description of options is made from their schema and their defaults") {
  const std::string layer =
      R"json([{"name":"units","type":"integer","minimum":1,"maximum":100,"default":4,"level":"basic","summary":"Width."},)json"
      R"json({"name":"rate","type":"number","minimum":0,"maximum":1,"optional":true,"level":"basic","summary":"Share."}])json";
  const std::string expected =
      R"json([{"name":"flag","type":"boolean","default":true,"level":"basic","summary":"A switch."},)json"
      R"json({"name":"count","type":"integer","minimum":1,"maximum":10,"default":3,"unit":"steps","level":"basic","summary":"A whole number."},)json"
      R"json({"name":"seed","type":"integer","minimum":0,"maximum":9007199254740991,"default":0,"level":"basic","summary":"A large whole number."},)json"
      R"json({"name":"size","type":"number","minimum":0.1,"maximum":1,"default":0.5,"unit":"input units","level":"basic","summary":"A number."},)json"
      R"json({"name":"name","type":"string","default":"plain","level":"basic","summary":"A text."},)json"
      R"json({"name":"colour","type":"enum","values":["red","green"],"default":"green","level":"basic","summary":"A choice."},)json"
      R"json({"name":"limit","type":"number","optional":true,"defaultText":"size","level":"advanced","summary":"May be absent."},)json"
      R"json({"name":"targets","type":"list","item":{"type":"integer","minimum":0,"maximum":9},"perSample":true,"level":"basic","summary":"One a sample."},)json"
      R"json({"name":"bounds","type":"list","item":{"type":"number"},"optional":true,"level":"basic","summary":"A list that may be absent."},)json"
      R"json({"name":"mask","type":"array","minimum":0,"maximum":1,"level":"basic","summary":"An array."},)json"
      R"json({"name":"layer","type":"object","options":)json" +
      layer +
      R"json(,"level":"basic","summary":"A struct."},)json"
      R"json({"name":"layers","type":"list","item":{"type":"object","options":)json" +
      layer +
      R"json(},"level":"basic","summary":"Structs."},)json"
      R"json({"name":"attack","type":"method","level":"basic","summary":"Another method."},)json"
      R"json({"name":"model","type":"model","level":"basic","summary":"A \"model\"."}])json";
  JsonWriter json;
  describe<test::SampleOptions>(json);
  CHECK(json.result() == expected);
}

}  // namespace mlsec
