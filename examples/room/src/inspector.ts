// A bundle of its own, so that only those load it who ask for it: view/inspector-panel.ts.
import "@peerhood/inspector";
