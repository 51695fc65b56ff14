/* Structures are packed to 2 from here on, until poppack.h. */
#pragma pack(push, 2)
