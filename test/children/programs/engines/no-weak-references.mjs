// A Worker, or a hardened realm.
// Node loads its own fetch when it is first used, which needs them.
void globalThis.Headers;
delete globalThis.FinalizationRegistry;
delete globalThis.WeakRef;
