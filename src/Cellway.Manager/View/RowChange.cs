namespace Cellway.Manager.View;

/// <summary>What happened to the device in one slot of the table. A slot is its for as long as the device is there.</summary>
internal readonly record struct RowChange(int Slot, DeviceRow? Before, DeviceRow? After);
