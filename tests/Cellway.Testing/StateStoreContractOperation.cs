namespace Cellway.Testing;

internal enum StateStoreContractOperation
{
    Put,
    Delete,
    Create,
    CompareAndSwap,
    Stale,
    Move,
    TestOnly,
}
