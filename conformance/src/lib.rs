//! What the conformance tests share: connected pairs, poisoned outputs, ports.
