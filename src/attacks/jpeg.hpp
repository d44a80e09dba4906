// What JPEG takes from an image.
#pragma once

#include "attacks/picture.hpp"

namespace mlsec::attacks {

/// Baseline JPEG (ITU-T T.81) there and back, without the coding, which loses nothing: 8 bits a value, blocks of 8 x 8,
/// the tables of its annex K scaled to a quality of 1 ... 100 as is customary. Three channels are red, green and blue,
/// whose chroma is kept at half the resolution (means of 2 x 2, repeated); others are coded each by itself.
void jpeg(Picture& picture, int quality);

}  // namespace mlsec::attacks
