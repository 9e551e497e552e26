// Words of five letters or so that sound unlike each other, and emoji that every system draws alike: read aloud, not typed.

export const WORDS: readonly string[] = (
  "acid acorn actor agent album alley amber angel ankle apple apron arena arrow atlas attic award " +
  "bacon badge bagel baker banjo barn basil beach beard beaver bench berry bike bird bison blanket " +
  "blossom boat bonus book bottle boxer brain branch bread brick bridge broom brush bubble bucket buffalo " +
  "bugle bush butter cabin cable cactus camel camera canal candle candy canoe canvas carbon cargo carpet " +
  "castle cattle cedar cello cement cherry chess chicken cinema circle clay cliff clock cloud clover coach " +
  "cobra coffee comet copper coral cotton cousin cow crab crane crown cube curtain dagger dairy daisy " +
  "dancer dawn deer desert diamond diver dolphin donkey door dragon drum duck dust eagle earth easel " +
  "echo elbow elephant engine envelope falcon farmer feather fence fern ferry fiddle finger fire flag flute " +
  "forest fossil fountain fox frog galaxy garden garlic ghost giant ginger giraffe glacier glass glove goat " +
  "gold goose grape guitar hammer harbor hazel helmet honey horse hotel iceberg igloo ink island ivory " +
  "jacket jaguar jelly jewel jungle kettle key king kitten koala ladder lagoon lamp lantern laptop lemon " +
  "leopard library lilac lion lizard lobster magnet mango maple marble market meadow melon mirror monkey moon " +
  "moth mountain mouse museum mushroom napkin needle nest noodle ocean olive onion opera orange orbit orchid " +
  "otter oyster paddle palace panda paper parrot peach pearl pebble pepper piano pigeon pilot pirate planet " +
  "plum pocket potato pumpkin puzzle quilt rabbit radar radio rain raven ribbon rice river robin rocket " +
  "rose saddle salad salmon sand satin seal shadow shell silver snail snow spider spoon squirrel stone"
).split(" ");

export const EMOJI: readonly string[] = (
  "🐶 🐱 🦁 🐴 🦄 🐷 🐘 🐰 🐼 🐔 🐧 🐢 🐟 🐙 🦋 🌷 " +
  "🌳 🌵 🍄 🌍 🌙 🔥 🍌 🍎 🍓 🌽 🍕 🎂 💙 😀 😎 🤖 " +
  "🎩 👓 🔧 🎅 👍 ☂️ ⌛ ⏰ 🎁 💡 📕 ✏️ 📎 ✂️ 🔒 🔑 " +
  "🔨 ☎️ 🏁 🚂 🚲 ✈️ 🚀 🏆 ⚽ 🎸 🎺 🔔 ⚓ 🎧 📁 📌"
).split(" ");
