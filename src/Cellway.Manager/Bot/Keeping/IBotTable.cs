using Cellway.Model.State;

namespace Cellway.Manager.Bot.Keeping;

/// <summary>A folder, whatever is in it.</summary>
internal interface IBotTable
{
    string Folder { get; }

    void Set(string id, StateEntry? entry);

    void Clear();
}
